@finding-pci-account-masking @generated @risk-high
Feature: Finding PCIAccountMasking
  Controls that a rule found missing in production.

  @scn-agchpboficoiiddb
  Scenario: Reading one card succeeds with status 200 and shows no card number
    Seen: the rule PCIAccountMasking (PCI DSS 4.0, 3.4.1) fired in production.
    Risk: high.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/cards/${card}"
    Then the response status is 200
    And the response contains no card number

  @needs-event-log @scn-bdcfllijmiajmkpo
  Scenario: Reading account balance succeeds with status 200 and logs no card number
    Seen: the rule PCIAccountMasking (PCI DSS 4.0, 3.4.1) fired in production.
    Risk: high.
    Needs: the file named by EVENT_LOG; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/accounts/${account}/balance"
    Then the event log contains no card number

  @scn-dbhfcdalegipfppb
  Scenario: Transfer is accepted with status 201 and shows no card number
    Seen: the rule PCIAccountMasking (PCI DSS 4.0, 3.4.1) fired in production.
    Risk: high.

    Given the API is available
    And I am signed in as "customer"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers"
    Then the response status is 201
    And the response contains no card number

  @scn-ggjghponaioedhhl
  Scenario: Reading account balance succeeds with status 200 and shows no card number
    Seen: the rule PCIAccountMasking (PCI DSS 4.0, 3.4.1) fired in production.
    Risk: high.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/accounts/${account}/balance"
    Then the response status is 200
    And the response contains no card number

  @scn-pnjadgbhicglblen
  Scenario: Reading accounts succeeds with status 200 and shows no card number
    Seen: the rule PCIAccountMasking (PCI DSS 4.0, 3.4.1) fired in production.
    Risk: high.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/customers/${customer}/accounts"
    Then the response status is 200
    And the response contains no card number
