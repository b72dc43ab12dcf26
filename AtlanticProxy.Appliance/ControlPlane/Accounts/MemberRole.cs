namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>What one of a customer's people may do in the portal, from most to least: docs/roles.md says it by page.</summary>
public enum MemberRole
{
    /// <summary>Everything.</summary>
    Owner,

    /// <summary>Everything but closing the account, and what concerns owners.</summary>
    Admin,

    /// <summary>Pays, and sees what was used.</summary>
    Billing,

    /// <summary>Connects, and sees what was used.</summary>
    Developer,

    /// <summary>Sees what was used, and no proxy passwords.</summary>
    Viewer,
}
