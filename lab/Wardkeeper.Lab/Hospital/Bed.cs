namespace Wardkeeper.Lab.Hospital;

/// <summary>A place where a patient lies.</summary>
/// <param name="Department">Department it stands in.</param>
/// <param name="Name">Its name, for example <c>ICU-03</c>.</param>
public sealed record Bed(Department Department, string Name);
