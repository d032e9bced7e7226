@generated @journey-transfers
Feature: Transfers journeys
  Paths that production walks, kept working.

  @risk-medium @scn-eiimlndkgekneegd
  Scenario: Transfer is accepted with status 201 after reading accounts and reading account balance
    Seen: customers walk this path in production.
    Risk: medium, money moves here.

    Given the API is available
    And I am signed in as "customer"
    And I have received 200 from a GET request to "/api/v1/customers/${customer}/accounts"
    And I have received 200 from a GET request to "/api/v1/accounts/${account}/balance"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers"
    Then the response status is 201

  @needs-data @risk-high @scn-hleinbcojnihdnjn
  Scenario: Transfer fails with status 500 after a successful transfer
    Seen: customers walk this path in production.
    Risk: high, the server failed here.
    Needs: the data set post-accounts-transfers-500 in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers" with data "post-accounts-transfers-500"
    Then the response status is 500

  @needs-data @risk-low @scn-kfnpldnpflpnccbb
  Scenario: Reading account balance succeeds with status 200 after a refused transfer
    Seen: customers walk this path in production.
    Risk: low, nothing changes here.
    Needs: the data set post-accounts-transfers-422 in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have received 200 from a GET request to "/api/v1/accounts/${account}/balance"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have received 422 from a POST request to "/api/v1/accounts/${iban}/transfers" with data "post-accounts-transfers-422"
    When I send a GET request to "/api/v1/accounts/${account}/balance"
    Then the response status is 200

  @needs-data @risk-high @scn-mlpamaeklmkopeol
  Scenario: Transfer is refused with status 422 after two successful transfers
    Seen: customers walk this path in production.
    Risk: high, a transaction is refused here.
    Needs: the data set post-accounts-transfers-422 in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have received 200 from a GET request to "/api/v1/accounts/${account}/balance"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers" with data "post-accounts-transfers-422"
    Then the response status is 422
