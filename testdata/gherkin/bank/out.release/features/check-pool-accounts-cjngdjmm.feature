@check-pool @generated @journey-accounts @needs-accepted @needs-data @risk-medium
Feature: Accounts promises: pool
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  @scn-dndldbccfmoiaiea
  Scenario: Reading accounts for every customer of the pool
    Why: things of one kind differ in their state; each must be treated as its state demands.
    Risk: medium.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the pool customer in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/customers/${customer}/accounts" for every "customer" of the pool
    Then the answer is as accepted

  @scn-jclocjhcogobajel
  Scenario: Reading account balance for every account of the pool
    Why: things of one kind differ in their state; each must be treated as its state demands.
    Risk: medium.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the pool account in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/accounts/${account}/balance" for every "account" of the pool
    Then the answer is as accepted
