namespace AtlanticProxy.Engine.Requests.Places;

/// <summary>A country.</summary>
/// <param name="Code">ISO 3166-1 alpha-2, lower case.</param>
/// <param name="Region">Its continent, as <see cref="Gazetteer.Regions"/> names it.</param>
public sealed record Country(string Code, string Name, string Region);

/// <summary>A state, province or other first-level division.</summary>
/// <param name="Key">Its name, normalised: <c>newyork</c>.</param>
/// <param name="Code">ISO 3166-2's part after the dash, lower case: <c>ny</c>; empty when it has none.</param>
public sealed record State(string Country, string Key, string Code, string Name);

/// <summary>A city.</summary>
/// <param name="Key">Its name, normalised.</param>
/// <param name="State">Key of its state; empty when not known.</param>
/// <param name="Population">Inhabitants, as of the source.</param>
public sealed record City(string Country, string Key, string State, string Name, int Population);

/// <summary>An autonomous system.</summary>
/// <param name="Country">Where most of its addresses are registered.</param>
/// <param name="Holder">Who holds it.</param>
/// <param name="Addresses">IPv4 addresses that it announces.</param>
public sealed record AutonomousSystem(string Country, uint Number, string Holder, long Addresses);
