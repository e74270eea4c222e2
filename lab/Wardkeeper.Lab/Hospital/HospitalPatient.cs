namespace Wardkeeper.Lab.Hospital;

/// <summary>A made-up patient.</summary>
/// <param name="Id">Medical record number, for example <c>HL00017</c>.</param>
/// <param name="NationalId">Identity number of 18 characters with a right checksum (GB 11643), of a made-up person.</param>
/// <param name="Family">Family name: Latin or Chinese.</param>
/// <param name="Given">Given name.</param>
/// <param name="Sex"><c>M</c> or <c>F</c>.</param>
/// <param name="Birth">Date of birth.</param>
/// <param name="Charset">How systems write the name: <c>ascii</c>, <c>gb18030</c> or <c>utf-8</c>.</param>
/// <param name="Telephone">Made-up telephone.</param>
public sealed record HospitalPatient(string Id, string NationalId, string Family, string Given, string Sex, DateOnly Birth, string Charset, string Telephone);
