@check-foreign-id @generated @journey-accounts @needs-data @risk-high
Feature: Accounts promises: foreign id
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  @scn-ciaplggfkjilkkal
  Scenario: Reading accounts of somebody else is refused
    Why: what belongs to somebody else must neither be read nor changed.
    Risk: high.
    Needs: the id of somebody else's in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/customers/${foreign_customer}/accounts"
    Then the request is refused

  @scn-llbanlcklapmipph
  Scenario: Reading account balance of somebody else is refused
    Why: what belongs to somebody else must neither be read nor changed.
    Risk: high.
    Needs: the id of somebody else's in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/accounts/${foreign_account}/balance"
    Then the request is refused
