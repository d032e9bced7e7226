@generated @journey-accounts
Feature: Accounts journeys
  Paths that production walks, kept working.

  @risk-medium @scn-aaiknkhmgpabbhab
  Scenario: Reading account balance is refused with status 404
    Seen: customers walk this path in production.
    Risk: medium, a request is refused here.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/accounts/${unknown_account}/balance"
    Then the response status is 404

  @risk-medium @scn-hmknceppomehgcmd
  Scenario: Reading accounts is refused with status 401
    Seen: customers walk this path in production.
    Risk: medium, a request is refused here.

    Given the API is available
    And I am not signed in
    When I send a GET request to "/api/v1/customers/${customer}/accounts"
    Then the response status is 401

  @risk-low @scn-kfkflbngehnelndh
  Scenario: Reading account balance succeeds with status 200 after reading accounts
    Seen: customers walk this path in production.
    Risk: low, nothing changes here.

    Given the API is available
    And I am signed in as "customer"
    And I have received 200 from a GET request to "/api/v1/customers/${customer}/accounts"
    When I send a GET request to "/api/v1/accounts/${account}/balance"
    Then the response status is 200

  @needs-data @risk-low @scn-kjlbepdmaeakjkki
  Scenario: Reading accounts succeeds with status 200 after a refused sign-in
    Seen: customers walk this path in production.
    Risk: low, nothing changes here.
    Needs: the data set post-auth-login-401 in test-data.json; skipped without it.

    Given the API is available
    And I have received 401 from a POST request to "/api/v1/auth/login" with data "post-auth-login-401"
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/customers/${customer}/accounts"
    Then the response status is 200
