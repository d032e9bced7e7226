@check-other-time @generated @journey-transfers @needs-accepted @needs-clock @risk-high
Feature: Transfers promises: other time
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  @scn-cpkfkapmeefpiokl
  Scenario: Transfer 96 hours later than usual
    Why: what is asked for in the evening or at a weekend is carried out on another day.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the call that moves the system's clock, in test-data.json; skipped without it.

    Given the API is available
    And 345600 s have passed
    And I am signed in as "customer"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers"
    Then the answer is as accepted

  @scn-jfpockhodibndefl
  Scenario: Transfer 8 hours later than usual
    Why: what is asked for in the evening or at a weekend is carried out on another day.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the call that moves the system's clock, in test-data.json; skipped without it.

    Given the API is available
    And 28800 s have passed
    And I am signed in as "customer"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers"
    Then the answer is as accepted
