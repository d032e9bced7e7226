@check-unknown-id @generated @journey-accounts @needs-accepted @risk-low
Feature: Accounts promises: unknown id
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  @scn-iblhbnglooiponpm
  Scenario: Reading accounts of what does not exist
    Why: an id that exists nowhere must be answered plainly.
    Risk: low.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/customers/${unknown_customer}/accounts"
    Then the request is refused
    And the answer is as accepted

  @scn-klpfgbijddgcgafd
  Scenario: Reading account balance of what does not exist
    Why: an id that exists nowhere must be answered plainly.
    Risk: low.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/accounts/${unknown_account}/balance"
    Then the request is refused
    And the answer is as accepted
