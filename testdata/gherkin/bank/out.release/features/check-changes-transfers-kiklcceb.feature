@check-changes @generated @journey-transfers @needs-accepted @risk-high
Feature: Transfers promises: changes
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  @scn-fmalhkmfejomdomd
  Scenario: Transfer is accepted with status 201 and changes what it should
    Why: what a call changes, and what it must leave alone, shows in what is read after it.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    And I have noted the answer to "/api/v1/accounts/${iban}/balance"
    And I have noted the answer to "/api/v1/cards/${card}"
    And I have noted the answer to "/api/v1/customers/${customer}/accounts"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers"
    Then the response status is 201
    And the noted answers change as accepted

  @needs-data @scn-hemenehkooklmdak
  Scenario: Transfer fails with status 500 and changes what it should
    Why: what a call changes, and what it must leave alone, shows in what is read after it.
    Risk: high.
    Needs: the data set post-accounts-transfers-500 in test-data.json; skipped without it.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    And I have noted the answer to "/api/v1/accounts/${iban}/balance"
    And I have noted the answer to "/api/v1/cards/${card}"
    And I have noted the answer to "/api/v1/customers/${customer}/accounts"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers" with data "post-accounts-transfers-500"
    Then the response status is 500
    And the noted answers change as accepted

  @needs-data @scn-oakghbdaleffcekn
  Scenario: Transfer is refused with status 422 and changes what it should
    Why: what a call changes, and what it must leave alone, shows in what is read after it.
    Risk: high.
    Needs: the data set post-accounts-transfers-422 in test-data.json; skipped without it.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    And I have noted the answer to "/api/v1/accounts/${iban}/balance"
    And I have noted the answer to "/api/v1/cards/${card}"
    And I have noted the answer to "/api/v1/customers/${customer}/accounts"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers" with data "post-accounts-transfers-422"
    Then the response status is 422
    And the noted answers change as accepted
