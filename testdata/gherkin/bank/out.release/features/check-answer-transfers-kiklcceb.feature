@check-answer @generated @journey-transfers @needs-accepted @risk-low
Feature: Transfers promises: answer
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  @needs-data @scn-apccimlkafmcoaab
  Scenario: Transfer fails with status 500 and its usual answer
    Why: callers rely on every field of this answer, and on what is logged about it.
    Risk: low.
    Needs: the data set post-accounts-transfers-500 in test-data.json; skipped without it.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers" with data "post-accounts-transfers-500"
    Then the response status is 500
    And the answer is as accepted

  @scn-hnefahbpcnndecep
  Scenario: Transfer is accepted with status 201 and its usual answer
    Why: callers rely on every field of this answer, and on what is logged about it.
    Risk: low.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers"
    Then the response status is 201
    And the answer is as accepted

  @needs-data @scn-kbhoaiemejklejil
  Scenario: Transfer is refused with status 422 and its usual answer
    Why: callers rely on every field of this answer, and on what is logged about it.
    Risk: low.
    Needs: the data set post-accounts-transfers-422 in test-data.json; skipped without it.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    When I send a POST request to "/api/v1/accounts/${iban}/transfers" with data "post-accounts-transfers-422"
    Then the response status is 422
    And the answer is as accepted
