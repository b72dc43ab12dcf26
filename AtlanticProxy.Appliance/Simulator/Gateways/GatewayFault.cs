namespace AtlanticProxy.Simulator.Gateways;

/// <summary>What a simulated gateway does wrong with a request.</summary>
public enum GatewayFault
{
    None,

    /// <summary>Does the work, and then cuts the connection without an answer.</summary>
    CutAfterWork,

    /// <summary>Does the work, and then never answers.</summary>
    HangAfterWork,

    /// <summary>500, with nothing done.</summary>
    ErrorBeforeWork,

    /// <summary>500, with the work done.</summary>
    ErrorAfterWork,

    /// <summary>429, with nothing done.</summary>
    TooMany,

    /// <summary>401: the key was revoked.</summary>
    Unauthorized,

    /// <summary>403: the key may not do this.</summary>
    Forbidden,
}

/// <summary>What becomes of the next charges.</summary>
public enum ChargeOutcome
{
    Success,
    Declined,
    InsufficientFunds,
    ExpiredCard,
    LostCard,

    /// <summary>The bank wants the customer to confirm.</summary>
    AuthenticationRequired,

    /// <summary>Undecided until <c>Decide</c> says.</summary>
    Pending,
}

/// <summary>What is done to a delivery before it is sent.</summary>
public enum DeliveryFault
{
    None,

    /// <summary>Nothing is sent at all.</summary>
    Never,

    /// <summary>Signed with another secret.</summary>
    BadSignature,

    /// <summary>Without a signature.</summary>
    NoSignature,

    /// <summary>The body is written anew after it was signed: other bytes.</summary>
    Rewritten,

    /// <summary>In a shape that older or newer versions have.</summary>
    OddShape,
}
