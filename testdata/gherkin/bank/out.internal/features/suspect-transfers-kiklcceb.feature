@generated @journey-transfers @suspect
Feature: Suspect transfers journeys
  Paths that are unlike the others: look at them before keeping them.

  @needs-data @risk-low @scn-kfnpldnpflpnccbb
  Scenario: Suspect: Reading account balance succeeds with status 200 after a refused transfer
    Seen: customers walk this path in production.
    Risk: low, nothing changes here.
    Needs: the data set post-accounts-transfers-422 in test-data.json; skipped without it.
    Anomaly: refused in the middle

    Given the API is available
    And I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have received 200 from a GET request to "/api/v1/accounts/${account}/balance"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have received 422 from a POST request to "/api/v1/accounts/${iban}/transfers" with data "post-accounts-transfers-422"
    When I send a GET request to "/api/v1/accounts/${account}/balance"
    Then the response status is 200

  @risk-medium @scn-omkkbojdegemambf
  Scenario: Suspect: Transfer is accepted with status 201 after a transfer
    Seen: customers walk this path in production.
    Risk: medium, money moves here.
    Anomaly: 5 in a row Scenario: forged

    Given the API is available
    And I am signed in as "customer"
    And I have received 200 from a GET request to "/api/v1/cards/${card}"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have received 200 from a GET request to "/api/v1/cards/${card}"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers"
    Then the response status is 201
