@check-key-conflict @generated @journey-transfers @needs-accepted @risk-high @scn-lpjmpndpppnkcimg
Feature: Transfers promises: key conflict
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Transfer with the key of another request
    Why: an idempotency key stands for one request; with another it is a mistake of the client's.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have noted the answer to "/api/v1/accounts/${iban}/balance"
    And I have noted the answer to "/api/v1/cards/${card}"
    And I have noted the answer to "/api/v1/customers/${customer}/accounts"
    When I send another body with the last idempotency key
    Then the answer is as accepted
    And the noted answers change as accepted
