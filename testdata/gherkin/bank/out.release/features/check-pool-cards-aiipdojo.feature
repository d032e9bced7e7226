@check-pool @generated @journey-cards @needs-accepted @needs-data @risk-medium @scn-bmjfgndppmlakalb
Feature: Cards promises: pool
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Reading one card for every card of the pool
    Why: things of one kind differ in their state; each must be treated as its state demands.
    Risk: medium.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the pool card in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/cards/${card}" for every "card" of the pool
    Then the answer is as accepted
