@check-answer @generated @journey-cards @needs-accepted @risk-low @scn-djegpaihdenkjfjj
Feature: Cards promises: answer
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Reading one card succeeds with status 200 and its usual answer
    Why: callers rely on every field of this answer, and on what is logged about it.
    Risk: low.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/cards/${card}"
    Then the response status is 200
    And the answer is as accepted
