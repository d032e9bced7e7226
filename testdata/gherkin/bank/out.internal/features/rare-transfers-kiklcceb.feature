@generated @journey-transfers @risk-medium @scn-omkkbojdegemambf
Feature: Rare transfers journeys
  Paths that production walks, kept working.

  Scenario: Transfer is accepted with status 201 after a transfer
    Seen: customers walk this path in production.
    Risk: medium, money moves here.

    Given the API is available
    And I am signed in as "customer"
    And I have received 200 from a GET request to "/api/v1/cards/${card}"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have received 200 from a GET request to "/api/v1/cards/${card}"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers"
    Then the response status is 201
