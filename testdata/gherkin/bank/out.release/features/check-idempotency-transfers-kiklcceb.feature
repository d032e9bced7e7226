@check-idempotency @generated @journey-transfers @needs-accepted @risk-high @scn-cngdebbhifglcieh
Feature: Transfers promises: idempotency
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Transfer that is repeated with its key counts once
    Why: a client that lost the answer sends the request again; it must count once.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have noted the answer to "/api/v1/accounts/${iban}/balance"
    And I have noted the answer to "/api/v1/cards/${card}"
    And I have noted the answer to "/api/v1/customers/${customer}/accounts"
    When I repeat the last request with its idempotency key
    Then the answer is as accepted
    And the noted answers change as accepted
