@check-foreign-id @generated @journey-cards @needs-data @risk-high @scn-ghmiopcfidjgcmfi
Feature: Cards promises: foreign id
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Reading one card of somebody else is refused
    Why: what belongs to somebody else must neither be read nor changed.
    Risk: high.
    Needs: the id of somebody else's in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/cards/${foreign_card}"
    Then the request is refused
