@check-edges @generated @journey-sign-in @needs-accepted @risk-medium @scn-dpndhidhkpkikkep
Feature: Sign in promises: edges
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Sign-in is checked field by field
    Why: requests arrive with fields left out, of another type, and with numbers at their limits.
    Risk: medium.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am not signed in
    When I send a POST request to "/api/v1/auth/login" with each field at its edges
    Then the answer is as accepted
