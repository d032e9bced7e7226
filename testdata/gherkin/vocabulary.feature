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

  Scenario: Answers and what they change
    Given I am signed in as "customer"
    And I have noted the answer to "/api/v1/accounts/${account}/balance"
    When I send a POST request to "/api/v1/accounts/${account}/transfers"
    Then the answer is as accepted
    And the noted answers change as accepted

  Scenario: What was made is asked for again
    Given I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${account}/transfers"
    And I have saved the id in the response as "transfer_id"
    When I send a GET request to "/api/v1/accounts/${account}/transfers/${transfer_id}"
    Then the answer is as accepted

  Scenario: A request whose answer was lost
    Given I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${account}/transfers"
    When I repeat the last request with its idempotency key
    Then the answer is as accepted

  Scenario: A key that stands for another request
    Given I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${account}/transfers"
    When I send another body with the last idempotency key
    Then the answer is as accepted

  Scenario: Requests in a row
    Given I am signed in as "customer"
    And I have received 401 after at most 3 POST requests to "/api/v1/auth/login" with data "post-auth-login-401"
    When I send 3 POST requests to "/api/v1/accounts/${account}/transfers"
    Then the answer is as accepted

  Scenario: Requests until a limit
    Given I am not signed in
    When I send at most 3 POST requests until 423 is received from "/api/v1/auth/login" with data "post-auth-login-423"
    Then the response status is 423
    And the answer is as accepted

  Scenario: Every value of a pool
    Given I am signed in as "customer"
    When I send a GET request to "/api/v1/cards/${card}" for every "card" of the pool
    Then the answer is as accepted

  Scenario: Fields at their edges
    Given I am signed in as "customer"
    When I send a POST request to "/api/v1/accounts/${account}/transfers" with each field at its edges
    Then the answer is as accepted

  Scenario: Time passes where there is a clock to move
    Given 60 s have passed
    When I send a GET request to "/api/v1/config"
    Then the response status is 200
