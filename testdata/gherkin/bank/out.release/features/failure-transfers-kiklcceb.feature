@failure-sequence @generated @journey-transfers @risk-high @scn-mcjppjneoeoanecg @suspect
Feature: Transfers failures
  Paths that production fails on more often than others, and the answer that is right.

  Scenario: Third transfer is accepted with status 201 after two transfers
    Seen: production goes wrong here far more often than elsewhere, with status 422.
    Why: what is expected is what the same step does otherwise; mute the scenario if the refusal is a rule.
    Risk: high, a transaction is refused here.
    Fails: until the cause is gone; runs that must be green leave out @failure-sequence.

    Given the API is available
    And I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers"
    Then the response status is 201
