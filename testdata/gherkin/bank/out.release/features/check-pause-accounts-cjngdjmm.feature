@check-pause @generated @journey-accounts @needs-accepted @needs-clock @risk-high
Feature: Accounts promises: pause
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  @scn-anoanfmgbobfdcim
  Scenario: Reading account balance 599 seconds later
    Why: sessions, locks and open requests end after a time, neither sooner nor later.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the call that moves the system's clock, in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    And 599 s have passed
    When I send a GET request to "/api/v1/accounts/${account}/balance"
    Then the answer is as accepted

  @scn-cboofphnmlnnjhch
  Scenario: Reading account balance 301 seconds later
    Why: sessions, locks and open requests end after a time, neither sooner nor later.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the call that moves the system's clock, in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    And 301 s have passed
    When I send a GET request to "/api/v1/accounts/${account}/balance"
    Then the answer is as accepted

  @scn-ljijlgjenngngagp
  Scenario: Reading account balance 299 seconds later
    Why: sessions, locks and open requests end after a time, neither sooner nor later.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the call that moves the system's clock, in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    And 299 s have passed
    When I send a GET request to "/api/v1/accounts/${account}/balance"
    Then the answer is as accepted

  @scn-oglojlbconiblenl
  Scenario: Reading account balance 601 seconds later
    Why: sessions, locks and open requests end after a time, neither sooner nor later.
    Risk: high.
    Needs: answers that were accepted on the test system; skipped without them.
    Needs: the call that moves the system's clock, in test-data.json; skipped without it.

    Given the API is available
    And I am signed in as "customer"
    And 601 s have passed
    When I send a GET request to "/api/v1/accounts/${account}/balance"
    Then the answer is as accepted
