@finding-audit-trail-completeness @generated @needs-event-log @risk-high @scn-mhhldblflojcakmf
Feature: Finding AuditTrailCompleteness
  Controls that a rule found missing in production.

  Scenario: Transfer is accepted with status 201 and leaves a complete record
    Seen: the rule AuditTrailCompleteness (PCI DSS 4.0, 3.4.1) fired in production.
    Risk: high.
    Needs: the file named by EVENT_LOG; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers"
    Then every event in the event log has a time and a key
