@check-unknown-id @generated @journey-transfers @needs-accepted @risk-low @scn-lhcoklecagglecka
Feature: Transfers promises: unknown id
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Transfer of what does not exist
    Why: an id that exists nowhere must be answered plainly.
    Risk: low.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    When I send a POST request to "/api/v1/accounts/${unknown_iban}/transfers"
    Then the request is refused
    And the answer is as accepted
