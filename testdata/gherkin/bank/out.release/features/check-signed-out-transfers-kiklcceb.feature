@check-signed-out @generated @journey-transfers @risk-high @scn-eocpddolnljohpma
Feature: Transfers promises: signed out
  What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.

  Scenario: Transfer without a sign-in is refused
    Why: without a sign-in nobody's data may be read or changed.
    Risk: high.

    Given the API is available
    And I am not signed in
    When I send a POST request to "/api/v1/accounts/${iban}/transfers"
    Then the request is refused
