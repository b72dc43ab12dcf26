namespace AtlanticProxy.Web.Security;

/// <summary>
/// Pages that are nobody's, and can be made while the database is away: whoever is signed in is not looked up for them.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WithoutDatabaseAttribute : Attribute;
