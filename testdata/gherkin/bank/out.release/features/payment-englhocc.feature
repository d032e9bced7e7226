@generated @journey-payment @needs-event-log
Feature: Payment journeys
  Paths that production walks, kept working.

  @risk-medium @scn-dpcblajdpgfhnmca
  Scenario: Event 'payment_settled' follows after event 'payment_received'
    Seen: customers walk this path in production.
    Risk: medium, money moves here.
    Needs: the file named by EVENT_LOG; skipped without it.

    Given event "payment_received" was observed
    Then event "payment_settled" follows within 60 s

  @risk-high @scn-fkhkmpmfmpaiolka
  Scenario: Event 'payment_failed 'quoted' | piped...' follows after event 'payment_received'
    Seen: customers walk this path in production.
    Risk: high, a transaction is refused here.
    Needs: the file named by EVENT_LOG; skipped without it.

    Given event "payment_received" was observed
    Then the event with this JSON name follows within 60 s
      """
      "payment_failed \u0022quoted\u0022 | piped\u000aScenario: broken"
      """

  @risk-medium @scn-kdjikhdlocjeokbb
  Scenario: Event 'payment_settled' follows after event 'payment_received' and event 'queue drained'
    Seen: customers walk this path in production.
    Risk: medium, money moves here.
    Needs: the file named by EVENT_LOG; skipped without it.

    Given event "payment_received" was observed
    And event "queue <*> drained" was observed
    Then event "payment_settled" follows within 60 s
