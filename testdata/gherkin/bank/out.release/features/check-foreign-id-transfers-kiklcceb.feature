@check-foreign-id @generated @journey-transfers @needs-data @risk-high @scn-gbfnkbmpdjgejncc
Feature: Transfers promises: foreign id
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Transfer of somebody else is refused
    Why: what belongs to somebody else must neither be read nor changed.
    Risk: high.
    Needs: the id of somebody else's in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    When I send a POST request to "/api/v1/accounts/${foreign_iban}/transfers"
    Then the request is refused
