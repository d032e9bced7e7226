@failure-sequence @generated @journey-payment @needs-event-log @risk-medium @scn-nbkgofibeheghlpn @suspect
Feature: Payment failures
  Paths that production fails on more often than others, and the answer that is right.

  Scenario: Event 'payment_settled' still follows after event 'payment_received'
    Seen: production goes wrong here far more often than elsewhere.
    Why: what is expected is what the same step does otherwise; mute the scenario if the refusal is a rule.
    Risk: medium, money moves here.
    Fails: until the cause is gone; runs that must be green leave out @failure-sequence.
    Needs: the file named by EVENT_LOG; skipped without it.

    Given event "payment_received" was observed
    Then event "payment_settled" follows within 60 s
