"""A schema of a library: small, with everything that our schemas use."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from core.xml import Defect, RecordSchema, RecordStream, Wording, XmlRefused

LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="Library">
    <xs:annotation><xs:documentation>Библиотека</xs:documentation></xs:annotation>
    <xs:complexType>
      <xs:sequence>
        <xs:element name="Name" type="xs:string"/>
        <xs:element name="Opened" type="xs:date" minOccurs="0"/>
        <xs:element name="Shelf" minOccurs="0" maxOccurs="unbounded">
          <xs:complexType>
            <xs:sequence>
              <xs:element name="Label" type="xs:string"/>
              <xs:element name="Book" type="BookType" minOccurs="0" maxOccurs="unbounded">
                <xs:annotation><xs:documentation>Книга</xs:documentation></xs:annotation>
              </xs:element>
              <xs:element name="Note" type="xs:string" minOccurs="0"/>
            </xs:sequence>
            <xs:attribute name="Number" type="xs:positiveInteger" use="required"/>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
      <xs:attribute name="City" type="xs:string"/>
    </xs:complexType>
  </xs:element>
  <xs:complexType name="BookType">
    <xs:sequence>
      <xs:element name="Title" type="xs:string">
        <xs:annotation><xs:documentation>Название</xs:documentation></xs:annotation></xs:element>
      <xs:choice>
        <xs:element name="Author" type="xs:string"/>
        <xs:sequence><xs:element name="Editor" type="xs:string"/><xs:element name="Volume" type="xs:integer"/></xs:sequence>
      </xs:choice>
      <xs:element name="Reader" minOccurs="2" maxOccurs="3"><xs:complexType>
        <xs:attribute name="Id" type="xs:IDREF" use="required"/></xs:complexType></xs:element>
      <xs:element name="Taken" type="xs:dateTime" minOccurs="0"/>
      <xs:element name="Pages" type="xs:nonNegativeInteger" minOccurs="0"/>
      <xs:element name="Price" type="xs:decimal" minOccurs="0"/>
      <xs:element name="Weight" type="xs:float" minOccurs="0"/>
      <xs:element name="Share" type="ShareType" minOccurs="0"/>
      <xs:element name="Lent" type="xs:boolean" minOccurs="0"/>
      <xs:element name="Code" type="CodeValue" minOccurs="0"/>
      <xs:element name="State" type="StateType" minOccurs="0"/>
      <xs:element name="Snils" type="SnilsType" minOccurs="0"/>
      <xs:element name="Place" type="PlaceType" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="Id" type="xs:ID"/>
  </xs:complexType>
  <xs:complexType name="CodeValue">
    <xs:simpleContent><xs:extension base="CodeType"><xs:attribute name="Unit" type="StateType"/></xs:extension></xs:simpleContent>
  </xs:complexType>
  <xs:simpleType name="CodeType">
    <xs:annotation><xs:documentation>Шифр: две буквы</xs:documentation></xs:annotation>
    <xs:restriction base="xs:string"><xs:pattern value="[А-Я]{2}"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="StateType">
    <xs:restriction base="xs:string"><xs:enumeration value="новая"/><xs:enumeration value="старая"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="SnilsType">
    <xs:restriction base="xs:string"><xs:pattern value="\\d{3}-\\d{2}"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="ShareType">
    <xs:restriction base="xs:float"><xs:minInclusive value="0.0"/><xs:maxInclusive value="1.0"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="PlaceType">
    <xs:restriction base="xs:string"><xs:minLength value="2"/><xs:maxLength value="4"/></xs:restriction></xs:simpleType>
</xs:schema>
"""
BOOK = "<Book><Title>Т</Title><Author>А</Author><Reader Id='R1'/><Reader Id='R2'/>{}</Book>"
DOCUMENT = "<Library><Name>Б</Name><Shelf Number='1'><Label>Л</Label>{}</Shelf></Library>"


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> RecordSchema:
    path = tmp_path_factory.mktemp("schema") / "library.xsd"
    path.write_text(LIBRARY)
    return library_schema(path)


def library_schema(path: Path) -> RecordSchema:
    wording = Wording(patterns={"SnilsType": "номер вида NNN-NN"}, private=frozenset({"SnilsType"}))
    return RecordSchema(path, ["/Library", "/Library/Shelf"], wording)


@pytest.fixture
def defects(library: RecordSchema) -> Callable[[str | bytes], list[Defect]]:
    """The defects of a document of the library."""

    def found(text: str | bytes) -> list[Defect]:
        data = text.encode() if isinstance(text, str) else text
        try:
            for _record in RecordStream(io.BytesIO(data), library):
                pass
        except XmlRefused as refused:
            return refused.defects
        return []

    return found
