@smoke
Feature: The test system answers

  Scenario: The API is available
    Given the API is available
