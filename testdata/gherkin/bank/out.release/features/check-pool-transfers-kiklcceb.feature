@check-pool @generated @journey-transfers @needs-accepted @needs-data @risk-medium @scn-bdkfmmdpjbofghpc
Feature: Transfers promises: pool
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Transfer for every iban of the pool
    Why: things of one kind differ in their state; each must be treated as its state demands.
    Risk: medium.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the pool iban in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers" for every "iban" of the pool
    Then the answer is as accepted
