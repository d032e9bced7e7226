@generated @journey-sign-in @risk-medium
Feature: Sign in journeys
  Paths that production walks, kept working.

  @scn-ejdjfkihmkclbbmd
  Scenario: Sign-in succeeds with status 200
    Seen: customers do this in production; their whole journeys differ.
    Risk: medium, access is granted here.

    Given the API is available
    And I am not signed in
    When I send a POST request to "/api/v1/auth/login"
    Then the response status is 200

  @needs-data @scn-llohmkfjagmkiabg
  Scenario: Sign-in is refused with status 401
    Seen: customers walk this path in production.
    Risk: medium, a request is refused here.
    Needs: the data set post-auth-login-401 in test-data.json; skipped without it.

    Given the API is available
    And I am not signed in
    When I send a POST request to "/api/v1/auth/login" with data "post-auth-login-401"
    Then the response status is 401
