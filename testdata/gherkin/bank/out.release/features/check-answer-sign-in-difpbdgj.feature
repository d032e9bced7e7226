@check-answer @generated @journey-sign-in @needs-accepted @risk-low
Feature: Sign in promises: answer
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  @scn-kjofcalgkfbjokkk
  Scenario: Sign-in succeeds with status 200 and its usual answer
    Why: callers rely on every field of this answer, and on what is logged about it.
    Risk: low.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am not signed in
    When I send a POST request to "/api/v1/auth/login"
    Then the response status is 200
    And the answer is as accepted

  @needs-data @scn-ncdaaknjcljmmgli
  Scenario: Sign-in is refused with status 401 and its usual answer
    Why: callers rely on every field of this answer, and on what is logged about it.
    Risk: low.
    Needs: the data set post-auth-login-401 in test-data.json; skipped without it.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am not signed in
    When I send a POST request to "/api/v1/auth/login" with data "post-auth-login-401"
    Then the response status is 401
    And the answer is as accepted
