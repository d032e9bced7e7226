@check-repetition @generated @journey-transfers @needs-accepted @risk-high @scn-ebcdnakcmldblpla
Feature: Transfers promises: repetition
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Transfer works 5 times in a row as often as it should
    Why: customers do this several times in a row.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    And I have noted the answer to "/api/v1/accounts/${iban}/balance"
    And I have noted the answer to "/api/v1/cards/${card}"
    And I have noted the answer to "/api/v1/customers/${customer}/accounts"
    When I send 5 POST requests to "/api/v1/accounts/${iban}/transfers"
    Then the answer is as accepted
    And the noted answers change as accepted
