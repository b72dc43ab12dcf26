namespace AtlanticProxy.ControlPlane.Site;

/// <summary>Who may get an account without staff who make it.</summary>
public enum SignUpMode
{
    /// <summary>Nobody.</summary>
    Off,

    /// <summary>Whom staff invite by mail.</summary>
    Invitation,

    /// <summary>Whoever proves an email address.</summary>
    On,
}

/// <summary>Who may get an account, and as what.</summary>
/// <param name="PlanId">Of who signs up; null: none yet.</param>
/// <param name="TermsUrl">Where the terms are that people agree to; null: there are none.</param>
public sealed record SignUpSettings(SignUpMode Mode, long? PlanId = null, string? PlanName = null, string? TermsUrl = null);
