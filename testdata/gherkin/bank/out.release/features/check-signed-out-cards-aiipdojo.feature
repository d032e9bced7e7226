@check-signed-out @generated @journey-cards @risk-high @scn-meljdpnhmlbcfdna
Feature: Cards promises: signed out
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Reading one card without a sign-in is refused
    Why: without a sign-in nobody's data may be read or changed.
    Risk: high.

    Given the API is available
    And I am not signed in
    When I send a GET request to "/api/v1/cards/${card}"
    Then the request is refused
