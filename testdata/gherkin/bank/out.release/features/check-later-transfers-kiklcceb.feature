@check-later @generated @journey-transfers @needs-accepted @needs-clock @risk-high
Feature: Transfers promises: later
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  @scn-gdkokedbkjcmbfhk
  Scenario: Transfer as it shows 58 days later
    Why: what was ordered is carried out on its day, once, and not after it was taken back.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the call that moves the system's clock, in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    And I have noted the answer to "/api/v1/accounts/${iban}/balance"
    And I have noted the answer to "/api/v1/cards/${card}"
    And I have noted the answer to "/api/v1/customers/${customer}/accounts"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And 5011200 s have passed
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/accounts/${iban}/balance"
    Then the noted answers change as accepted

  @scn-ifmhpmcokilgcbij
  Scenario: Transfer as it shows 1 days later
    Why: what was ordered is carried out on its day, once, and not after it was taken back.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the call that moves the system's clock, in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    And I have noted the answer to "/api/v1/accounts/${iban}/balance"
    And I have noted the answer to "/api/v1/cards/${card}"
    And I have noted the answer to "/api/v1/customers/${customer}/accounts"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And 86400 s have passed
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/accounts/${iban}/balance"
    Then the noted answers change as accepted

  @scn-mjoebpnilkipcede
  Scenario: Transfer as it shows 28 days later
    Why: what was ordered is carried out on its day, once, and not after it was taken back.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the call that moves the system's clock, in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    And I have noted the answer to "/api/v1/accounts/${iban}/balance"
    And I have noted the answer to "/api/v1/cards/${card}"
    And I have noted the answer to "/api/v1/customers/${customer}/accounts"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And 2419200 s have passed
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/accounts/${iban}/balance"
    Then the noted answers change as accepted
