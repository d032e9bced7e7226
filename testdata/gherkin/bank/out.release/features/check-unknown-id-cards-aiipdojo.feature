@check-unknown-id @generated @journey-cards @needs-accepted @risk-low @scn-ajginmkoaneenphi
Feature: Cards promises: unknown id
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Reading one card of what does not exist
    Why: an id that exists nowhere must be answered plainly.
    Risk: low.
    Needs: answers that were accepted on the test system; skipped without them.

    Given the API is available
    And I am signed in as "customer"
    When I send a GET request to "/api/v1/cards/${unknown_card}"
    Then the request is refused
    And the answer is as accepted
