@check-key-later @generated @journey-transfers @needs-accepted @risk-high @scn-oilbibplfjkodnld
Feature: Transfers promises: key later
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Transfer that is repeated after signing in again counts once
    Why: a client may lose its session before it repeats a request; it must still count once.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have noted the answer to "/api/v1/accounts/${iban}/balance"
    And I have noted the answer to "/api/v1/cards/${card}"
    And I have noted the answer to "/api/v1/customers/${customer}/accounts"
    And I am signed in as "customer"
    When I repeat the last request with its idempotency key
    Then the answer is as accepted
    And the noted answers change as accepted
