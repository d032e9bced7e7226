@generated @journey-cards @risk-low @scn-cafdpphlijlengoa
Feature: Cards journeys
  Paths that production walks, kept working.

  Scenario: Reading one card succeeds with status 200
    Seen: customers walk this path in production.
    Risk: low, nothing changes here.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/cards/${card}"
    Then the response status is 200
