@generated
Feature: Every step of the libraries

  Scenario: Values are saved and used again
    Given the API is available
    And I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${account}/transfers"
    And I have saved the response field "id" as "made"
    When I send a GET request to "/api/v1/accounts/${account}/transfers/${made}"
    Then the response status is 200
    And the response field "state" is "booked"
    And the response field "id" is present
    And the response header "Content-Type" is present
    And the response time is below 9000 ms
    And the response contains no card number

  Scenario: A body in the step
    Given I am signed in as "customer"
    When I send a POST request to "/api/v1/payments/card" with JSON
      """json
      { "card": "${card}", "amount": 3 }
      """
    Then the response status is 200

  Scenario: Fields in the step
    Given I am signed in as "customer"
    When I send a POST request to "/api/v1/payments/card" with fields
      | name   | value   |
      | card   | CARD-2  |
      | amount | 3       |
    Then the request is refused

  Scenario: Data sets for earlier calls and the last
    Given I am not signed in
    And I have received 401 from a POST request to "/api/v1/auth/login" with data "post-auth-login-401"
    When I send a POST request to "/api/v1/auth/login" with data "post-auth-login-423"
    Then the response status is 423

  Scenario: Events
    Given event "payment_received" was observed
    And the event with this JSON name was observed
      """
      "queue <*> drained"
      """
    Then event "payment_settled" follows within 60 s
    And the event log contains no card number
    And every event in the event log has a time and a key
