@control-missing @finding-velocity-check @generated @risk-high @scn-elpnpndgmnkjehfa
Feature: Finding VelocityCheck
  Controls that a rule found missing in production.

  Scenario: Transfer is accepted with status 201, but not 4 times in a row
    Seen: the rule VelocityCheck (PCI DSS 4.0, 3.4.1) fired in production.
    Risk: high.
    Fails: until the system has this control; runs that must be green leave out @control-missing.

    Given the API is available
    And I am signed in as "customer"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    And I have received 201 from a POST request to "/api/v1/accounts/${iban}/transfers"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers"
    Then the request is refused
