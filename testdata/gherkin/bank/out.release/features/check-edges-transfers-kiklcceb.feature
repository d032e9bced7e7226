@check-edges @generated @journey-transfers @needs-accepted @risk-high @scn-gpjeeegdapdnkbjj
Feature: Transfers promises: edges
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Transfer is checked field by field
    Why: requests arrive with fields left out, of another type, and with numbers at their limits.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers" with each field at its edges
    Then the answer is as accepted
