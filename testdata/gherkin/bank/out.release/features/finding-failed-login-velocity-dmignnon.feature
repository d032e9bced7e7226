@control-missing @finding-failed-login-velocity @generated @needs-data @risk-high @scn-gcfpppokifncpopc
Feature: Finding FailedLoginVelocity
  Controls that a rule found missing in production.

  Scenario: Sign-in is locked after 3 failures
    Seen: the rule FailedLoginVelocity (PCI DSS 4.0, 3.4.1) fired in production.
    Risk: high.
    Fails: until the system has this control; runs that must be green leave out @control-missing.
    Needs: the data set post-auth-login-401, post-auth-login-401-then-right in test-data.json; skipped without it.

    Given the API is available
    And I am not signed in
    And I have received 401 from a POST request to "/api/v1/auth/login" with data "post-auth-login-401"
    And I have received 401 from a POST request to "/api/v1/auth/login" with data "post-auth-login-401"
    And I have received 401 from a POST request to "/api/v1/auth/login" with data "post-auth-login-401"
    When I send a POST request to "/api/v1/auth/login" with data "post-auth-login-401-then-right"
    Then the request is refused
