@check-signed-out @generated @journey-accounts @risk-high
Feature: Accounts promises: signed out
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  @scn-gbapidafecpodmoe
  Scenario: Reading accounts without a sign-in is refused
    Why: without a sign-in nobody's data may be read or changed.
    Risk: high.

    Given the API is available
    And I am not signed in
    When I send a GET request to "/api/v1/customers/${customer}/accounts"
    Then the request is refused

  @scn-jfiefhdhbphnipdl
  Scenario: Reading account balance without a sign-in is refused
    Why: without a sign-in nobody's data may be read or changed.
    Risk: high.

    Given the API is available
    And I am not signed in
    When I send a GET request to "/api/v1/accounts/${account}/balance"
    Then the request is refused
