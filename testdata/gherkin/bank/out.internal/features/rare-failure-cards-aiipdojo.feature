@failure-sequence @generated @journey-cards @needs-data @risk-low @scn-gegjahhnmkddlpoi @suspect
Feature: Cards failures
  Paths that production fails on more often than others, and the answer that is right.

  Scenario: Reading one card still succeeds with status 200
    Seen: production goes wrong here far more often than elsewhere.
    Why: what is expected is what the same step does otherwise; mute the scenario if the refusal is a rule.
    Risk: low, nothing changes here.
    Fails: until the cause is gone; runs that must be green leave out @failure-sequence.
    Seen: Cards time out when `app_version` is `9.1.7`.
    Needs: the data set sequence-gegjahhn in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/cards/${card}" with data "sequence-gegjahhn"
    Then the response status is 200
