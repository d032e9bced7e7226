@check-answer @generated @journey-accounts @needs-accepted @risk-low
Feature: Accounts promises: answer
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  @scn-fnoaafedaohckbbk
  Scenario: Reading accounts succeeds with status 200 and its usual answer
    Why: callers rely on every field of this answer, and on what is logged about it.
    Risk: low.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/customers/${customer}/accounts"
    Then the response status is 200
    And the answer is as accepted

  @scn-hfngfaccbmepfmlj
  Scenario: Reading account balance is refused with status 404 and its usual answer
    Why: callers rely on every field of this answer, and on what is logged about it.
    Risk: low.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/accounts/${unknown_account}/balance"
    Then the response status is 404
    And the answer is as accepted

  @scn-mhjldoaofnjeiakp
  Scenario: Reading accounts is refused with status 401 and its usual answer
    Why: callers rely on every field of this answer, and on what is logged about it.
    Risk: low.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am not signed in
    When I send a GET request to "/api/v1/customers/${customer}/accounts"
    Then the response status is 401
    And the answer is as accepted

  @scn-pjmfkdifephemcla
  Scenario: Reading account balance succeeds with status 200 and its usual answer
    Why: callers rely on every field of this answer, and on what is logged about it.
    Risk: low.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/accounts/${account}/balance"
    Then the response status is 200
    And the answer is as accepted
